import type { Answer } from '../../server/http';

/** The page of App Service's front end for a host name that no app has. */
export function notFoundPage(): Answer {
  return page(
    404,
    '404 Web Site not found',
    'You may be seeing this error due to one of the reasons listed below: Custom domain has not been configured inside Azure; Client cache is still pointing the domain to old IP address.',
  );
}

/** The page for a stopped app (texts of App Service's page). */
export function stoppedPage(): Answer {
  return page(
    403,
    'Error 403 - This web app is stopped.',
    'The web app you have attempted to reach is currently stopped and does not accept any requests. Please try to reload the page or visit it again soon.',
  );
}

/** The page for an address that access restrictions block. */
export function ipForbiddenPage(address: string): Answer {
  const answer = page(
    403,
    'Error 403 - Forbidden',
    'The web app you have attempted to reach has blocked your access.',
  );
  return { ...answer, headers: { ...answer.headers, 'x-ms-forbidden-ip': address } };
}

/** The page at `/` of a function app. */
export function landingPage(): Answer {
  return page(
    200,
    'Your Functions 4.0 app is up and running',
    'Azure Functions is an event-based serverless compute experience to accelerate your development. (This one runs in the Keyless sandbox.)',
  );
}

function page(status: number, title: string, text: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    text: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>\n`,
  };
}
