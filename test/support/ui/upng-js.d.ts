declare module 'upng-js' {
  interface Picture {
    readonly width: number;
    readonly height: number;
  }
  export function decode(file: ArrayBuffer): Picture;
  export function toRGBA8(picture: Picture): ArrayBuffer[];
  /**
   * @param colors 0 for all
   * @param delays milliseconds that each frame is shown
   */
  export function encode(
    frames: ArrayBuffer[],
    width: number,
    height: number,
    colors: number,
    delays?: number[],
  ): ArrayBuffer;
}
