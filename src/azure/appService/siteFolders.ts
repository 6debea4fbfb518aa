/** The folder with an app's code, in the site's home folder. */
export const codeFolder = 'site/wwwroot';
