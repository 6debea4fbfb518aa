import type { Answer } from '../server/http';

/** What the sign-in form shows, and the hidden values that it sends back. */
export interface SignInForm {
  action: string;
  /** The name of the application that the person signs in to. */
  application: string;
  userName: string;
  /** Shown and sent only by the device code page. */
  userCode?: string;
  hidden: Record<string, string>;
  error?: string | undefined;
  /** Where the form's answer may redirect, for `form-action`: browsers apply it to redirects too. */
  redirectTo?: string | undefined;
  /** The value of the cookie that must come back with the form. */
  csrf: string;
}

/** The sign-in page. It works without scripts, by keyboard and with a screen reader. */
export function signInPage(form: SignInForm): Answer {
  const hidden = Object.entries({ ...form.hidden, csrf: form.csrf })
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join('');
  const codeField =
    form.userCode === undefined
      ? ''
      : field(
          'user_code',
          'Code',
          form.userCode,
          `autocomplete="off" autocapitalize="characters" spellcheck="false"${form.userCode === '' ? ' autofocus' : ''}`,
        );
  const error =
    form.error === undefined ? '' : `<p role="alert" id="error" class="error">${escape(form.error)}</p>`;
  const answer = page(
    'Sign in',
    `<p>to continue to <strong>${escape(form.application)}</strong></p>${error}
<form method="post" action="${escape(form.action)}">${hidden}${codeField}
${field('username', 'User name', form.userName, 'autocomplete="username" spellcheck="false"')}
${field('password', 'Password', '', `type="password" autocomplete="current-password"${form.userCode === '' ? '' : ' autofocus'}`)}
<button type="submit">Sign in</button></form>
<p class="hint">This is the local Keyless sandbox, not Microsoft. VS Code shows the password, which works only for this run.</p>`,
    form.error === undefined ? 200 : 400,
    form.redirectTo,
  );
  // SameSite=Strict: no other site can make a browser submit its own form with this cookie.
  answer.headers = {
    ...answer.headers,
    'set-cookie': `sandbox_csrf=${form.csrf}; Path=/; HttpOnly; SameSite=Strict`,
  };
  return answer;
}

/** A page with a heading and one sentence. */
export function messagePage(title: string, text: string, status = 200): Answer {
  return page(title, `<p>${escape(text)}</p>`, status);
}

/** Submits an authorization response as a form (`response_mode=form_post`). */
export function formPostPage(redirectUri: string, values: Record<string, string>): Answer {
  const hidden = Object.entries(values)
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join('');
  const form = `<form method="post" action="${escape(redirectUri)}">${hidden}<button type="submit" autofocus>Continue</button></form>`;
  return page('Signed in', form, 200, new URL(redirectUri).origin);
}

function field(name: string, label: string, value: string, attributes: string): string {
  return `<label for="${name}">${label}</label><input id="${name}" name="${name}" value="${escape(value)}" required ${attributes}>`;
}

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{width:min(24rem,90vw);padding:2rem;border:1px solid color-mix(in srgb,CanvasText 20%,Canvas);border-radius:.5rem}
h1{margin:0;font-size:1.5rem;font-weight:600}label{display:block;margin:1rem 0 .25rem}
input{box-sizing:border-box;width:100%;padding:.5rem;font:inherit}
button{margin-top:1.5rem;width:100%;padding:.6rem;font:inherit;font-weight:600;color:#fff;background:#0f6cbd;border:0;border-radius:.25rem;cursor:pointer}
button:focus-visible,input:focus-visible{outline:3px solid #0f6cbd;outline-offset:2px}
.error{padding:.5rem .75rem;border-left:4px solid #c50f1f;background:color-mix(in srgb,#c50f1f 12%,Canvas)}
.hint{margin:1.5rem 0 0;font-size:.875rem;opacity:.8}`;

function page(title: string, content: string, status: number, formTarget?: string): Answer {
  // Custom schemes have no origin, so form-action takes the scheme itself.
  const target = formTarget === undefined ? '' : ` ${formTarget}`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'${target}; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    },
    text: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)} – Keyless sandbox</title><style>${style}</style></head><body><main><h1>${escape(title)}</h1>${content}</main></body></html>`,
  };
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
