/** Milliseconds until a new window is signed in, and from then until rows are there. */
export interface TreeFigures {
  readonly signInMs: number;
  readonly firstRowMs: number;
  readonly allRowsMs: number;
  readonly rows: number;
}
