import { describe, expect, test } from 'vitest';

import { CommandIDs } from '../tokens';
import type { JobState } from '../types';
import { deletedActions, hubActions, hubPage, jobActions, modelActions } from './actions';
import { aHubModel, aJob, aModel } from './testing';

const commands = (list: { command: string }[]) => list.map(({ command }) => command);

describe('a model', () => {
  test('on disk can be used, loaded and deleted', () => {
    const { main, remove, rename, buttons } = modelActions(aModel('a/b'));
    expect(main).toEqual({ command: CommandIDs.use, args: { model: 'a/b' } });
    expect(remove?.command).toBe(CommandIDs.deleteModel);
    expect(rename).toBeNull();
    expect(commands(buttons)).toEqual([CommandIDs.use, CommandIDs.load, CommandIDs.deleteModel]);
  });

  test('in memory can be unloaded', () => {
    const { buttons, menu } = modelActions(aModel('a/b', { device: 'cpu' }));
    expect(commands(buttons)).toEqual([CommandIDs.use, CommandIDs.unload]);
    expect(commands(menu.flat())).toContain(CommandIDs.deleteModel);
    expect(commands(menu.flat())).not.toContain(CommandIDs.load);
  });

  test('of one’s own can be renamed and compared', () => {
    const { rename, menu } = modelActions(aModel('run:a', { source: 'run' }));
    expect(rename?.command).toBe(CommandIDs.rename);
    expect(commands(menu.flat())).toContain(CommandIDs.compare);
    expect(modelActions(aModel('a', { source: 'folder' })).rename).not.toBeNull();
  });

  test('that is the starter cannot be deleted', () => {
    const { remove, menu } = modelActions(aModel('starter', { source: 'starter' }));
    expect(remove).toBeNull();
    expect(commands(menu.flat())).not.toContain(CommandIDs.deleteModel);
  });

  test('that cannot be used can be read about and deleted', () => {
    const { main, buttons, menu } = modelActions(aModel('a/b', { is_usable: false }));
    expect(main?.command).toBe(CommandIDs.card);
    expect(commands(buttons)).toEqual([CommandIDs.deleteModel]);
    expect(commands(menu.flat())).not.toContain(CommandIDs.exportModel);
  });

  test('with several revisions can lose one of them', () => {
    const revision = (commit: string) => ({ commit, refs: [], bytes: 1, last_modified: 0 });
    const { menu } = modelActions(aModel('a/b', { revisions: [revision('x'), revision('y')] }));
    const deletions = menu.flat().filter(({ command }) => command === CommandIDs.deleteModel);
    expect(deletions.map(({ args }) => args.revision)).toEqual([undefined, 'x', 'y']);
  });
});

describe('a job', () => {
  test.each<[JobState, string[]]>([
    ['queued', [CommandIDs.pause, CommandIDs.stop]],
    ['running', [CommandIDs.pause, CommandIDs.stop]],
    ['paused', [CommandIDs.resume, CommandIDs.stop]],
    ['interrupted', [CommandIDs.resume, CommandIDs.stop]],
    ['stopped', [CommandIDs.resume]],
    ['failed', [CommandIDs.resume]],
    ['finished', []]
  ])('that is %s', (state, expected) => {
    const { buttons } = jobActions(aJob('j', { state }));
    expect(commands(buttons)).toEqual(expected);
    expect(buttons.every(({ args }) => args.job === 'j')).toBe(true);
  });

  test('opens its notebook, and when it has made a model, uses that', () => {
    expect(jobActions(aJob('j', { caller: 'a/b.ipynb' })).main?.command).toBe(
      CommandIDs.openNotebook
    );
    expect(jobActions(aJob('j', { caller: 'python' })).main).toBeNull();
    const done = aJob('j', { kind: 'fit', state: 'finished', result: { model: 'run:a' } });
    expect(jobActions(done).main).toEqual({ command: CommandIDs.use, args: { model: 'run:a' } });
  });

  test('is stopped by the Delete key only while it goes on', () => {
    expect(jobActions(aJob('j')).remove?.command).toBe(CommandIDs.stop);
    expect(jobActions(aJob('j', { state: 'finished' })).remove).toBeNull();
  });
});

describe('others', () => {
  test('what was deleted can come back, unless it is gone for good', () => {
    const gone = { model: 'a', bytes: 1, revision: '', id: 't', time: 1 };
    expect(deletedActions(gone).main).toEqual({
      command: CommandIDs.restore,
      args: { id: 't', model: 'a' }
    });
    expect(deletedActions({ ...gone, id: '' }).buttons).toEqual([]);
  });

  test('a model of the hub is downloaded, or used when it is here', () => {
    expect(hubActions(aHubModel('a/b'), false).main?.command).toBe(CommandIDs.download);
    expect(hubActions(aHubModel('a/b'), true).main?.command).toBe(CommandIDs.use);
    expect(hubPage('a/b?c')).toBe('https://huggingface.co/a/b%3Fc');
  });
});
