/** What is not TypeScript, and gets into the bundle all the same. */

declare module '*.svg' {
  const source: string;
  export default source;
}

declare module '*.ipynb' {
  const notebook: import('@jupyterlab/nbformat').INotebookContent;
  export default notebook;
}

declare module '*?raw' {
  const text: string;
  export default text;
}
