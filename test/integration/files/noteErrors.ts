import type { Services } from '../../../src/commands/services';

/** Notes the errors of the sites' file system from now on: VS Code shows them to people, and tells tests only that a save failed. */
export function noteErrors(files: Services['siteFiles']): string[] {
  const errors: string[] = [];
  const noting =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      try {
        return await act.apply(files, args);
      } catch (error) {
        errors.push(String(error));
        throw error;
      }
    };
  const [look, put] = [files.look.bind(files), files.put.bind(files)];
  Object.assign(files, { look: noting(look), put: noting(put) });
  return errors;
}
