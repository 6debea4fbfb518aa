/**
 * Turns names from a server into names of files on this computer, and says which names a site can have. The rules are those of Windows everywhere, because a
 * folder is often shared with it, and a name that Linux allows can be a path there (Microsoft's "Naming Files, Paths, and
 * Namespaces").
 */

/** The most bytes that common file systems take for a name. */
const mostBytes = 255;
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=[. ]*(?:\.|$))/i;

/**
 * The name for a file or folder with what this computer can't have in a name percent-encoded, so that `a:b` becomes
 * `a%3Ab`. Undefined if the name leads elsewhere or is too long.
 */
export function localName(name: string): string | undefined {
  if (!isEntryName(name)) return undefined;
  const safe = name
    .replace(/[\u0000-\u001f\u007f-\u009f<>:"|?*\\]/g, encode)
    .replace(/[. ]+$/, (end) => end.replace(/./g, encode))
    .replace(devices, (device) => `${encode(device.charAt(0))}${device.slice(1)}`);
  return Buffer.byteLength(safe) > mostBytes ? undefined : safe;
}

/** Whether a name can be that of an entry of a folder, and isn't a path or a step to another folder. */
export function isEntryName(name: string): boolean {
  return !/^\.{0,2}$|[/\0]/.test(name) && name.isWellFormed();
}

/**
 * Whether a site can have a file or folder of this name. On Linux, its home folder is a share that refuses only
 * backslashes (azure-cli#26982).
 */
export function isSiteName(name: string, linux: boolean): boolean {
  if (!isEntryName(name) || /[\u0000-\u001f\u007f\\]/.test(name)) return false;
  return linux || !(/[<>:"|?*]|[. ]$/.test(name) || devices.test(name));
}

/** Two names with the same key are the same file on Windows or macOS: they ignore case, and macOS composes letters. */
export function sameFileKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase();
}

function encode(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x80 ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : encodeURIComponent(character);
}
