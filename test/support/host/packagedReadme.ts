/** The heading of the README's section for people who have the repository. */
export const repositorySection = '## From this repository';

/**
 * The README for the extension's page, without the section about npm scripts. VS Code loads pictures only over HTTPS and
 * doesn't follow relative links. So unless there is a repository that they can point to, they're left out too.
 */
export function packagedReadme(readme: string, hasRepository: boolean): string {
  const sections = readme.split(/^(?=## )/m);
  const kept = sections.filter((section) => !section.startsWith(`${repositorySection}\n`)).join('');
  if (hasRepository) return kept;
  return kept
    .replace(/^!\[[^\]]*\]\((?!https:)[^)]*\)\n+/gm, '')
    .replace(/(?<!!)\[([^\]]*)\]\((?!https:|#)[^)]*\)/g, '$1');
}
