/** All that is asked in dialogs; loaded when the first one is. */

export { chooseDialog } from './choose';
export { deleteDialog } from './delete';
export { downloadDialog } from './download';
export { exportDialog } from './export';
export { registerDialog } from './register';
export { renameDialog } from './rename';
