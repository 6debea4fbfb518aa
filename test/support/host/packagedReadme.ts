/** The heading of README's section for people who have the repository. */
export const repositorySection = '## From This Repository';

/**
 * README as the extension's page shows it: without the section about npm scripts. VS Code loads pictures over HTTPS only
 * and follows no relative links, so unless there is a repository that both can be made to point to, they are left out, too.
 */
export function packagedReadme(readme: string, hasRepository: boolean): string {
  const sections = readme.split(/^(?=## )/m);
  const kept = sections.filter((section) => !section.startsWith(`${repositorySection}\n`)).join('');
  if (hasRepository) return kept;
  return kept
    .replace(/^!\[[^\]]*\]\((?!https:)[^)]*\)\n+/gm, '')
    .replace(/(?<!!)\[([^\]]*)\]\((?!https:|#)[^)]*\)/g, '$1');
}
