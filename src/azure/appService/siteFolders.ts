/** Where an app's code is, below the site's home. */
export const codeFolder = 'site/wwwroot';
