import type { Files, ReadSecretOptions } from './template';
import { functionJson, vaultApiVersion } from './template';

/** A function with function.json that needs no packages, only Python's built-in HTTP client. */
export function pythonFunction(options: ReadSecretOptions): Files {
  const { functionName } = options;
  return {
    [`${functionName}/function.json`]: functionJson('$return', '__init__.py'),
    [`${functionName}/__init__.py`]: `${head(options)}

def main(req: func.HttpRequest) -> func.HttpResponse:
${body}

${helpers}`,
  };
}

/** A blueprint for a project that uses programming model v2. `function_app.py` has to register it. */
export function pythonBlueprint(options: ReadSecretOptions): Files {
  const name = options.functionName;
  return {
    [`${moduleName(name)}.py`]: `${head(options)}
bp = func.Blueprint()


@bp.route(route=${JSON.stringify(name)}, methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
def ${moduleName(name)}(req: func.HttpRequest) -> func.HttpResponse:
${body}

${helpers}`,
  };
}

/** Converts `ReadSecret` to `read_secret`. Also the name of the blueprint's module. */
export function moduleName(functionName: string): string {
  return functionName
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

function head({ secretUri, vaultAudience, clientId }: ReadSecretOptions): string {
  return `# Reads a Key Vault secret with this app's managed identity, so no password or key is stored.
import json
import logging
import os
import urllib.error
import urllib.parse
import urllib.request

import azure.functions as func

SECRET_URI = ${JSON.stringify(secretUri)}
AUDIENCE = ${JSON.stringify(vaultAudience)}
# Client ID of a user-assigned identity. Leave empty to use the app's system-assigned identity.
CLIENT_ID = ${JSON.stringify(clientId ?? '')}
`;
}

const body = `    try:
        secret = read_secret()
    except Exception as error:
        logging.error("Failed to read %s: %s", SECRET_URI, error)
        status = 403 if getattr(error, "status", None) == 403 else 500
        return respond(status, {"read": False, "error": str(error)})
    logging.info("Read %s", secret["id"])
    # Use secret["value"] in your code. The response shows that it was read but doesn't reveal it.
    return respond(200, {"read": True, "id": secret["id"], "characters": len(secret["value"])})
`;

const helpers = `class RequestFailed(Exception):
    def __init__(self, status, reason):
        super().__init__(f"{status} {reason}")
        self.status = status


def read_secret():
    token = get_json(*identity_endpoint())["access_token"]
    return get_json(f"{SECRET_URI}?api-version=${vaultApiVersion}", {"Authorization": f"Bearer {token}"})


def identity_endpoint():
    """The endpoint where App Service issues tokens for this app's identity. Only this app can use it."""
    query = {"resource": AUDIENCE}
    if "IDENTITY_ENDPOINT" in os.environ:
        query["api-version"] = "2019-08-01"
        if CLIENT_ID:
            query["client_id"] = CLIENT_ID
        url, headers = os.environ["IDENTITY_ENDPOINT"], {"X-IDENTITY-HEADER": os.environ["IDENTITY_HEADER"]}
    elif "MSI_ENDPOINT" in os.environ:
        query["api-version"] = "2017-09-01"
        if CLIENT_ID:
            query["clientid"] = CLIENT_ID
        url, headers = os.environ["MSI_ENDPOINT"], {"secret": os.environ["MSI_SECRET"]}
    else:
        raise Exception("This app has no managed identity.")
    return f"{url}?{urllib.parse.urlencode(query)}", headers


def get_json(url, headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise RequestFailed(error.code, reason_of(error.read())) from None


def reason_of(body):
    try:
        response = json.loads(body)
        error = response.get("error") or {}
        code = (error.get("innererror") or {}).get("code") or error.get("code")
        return ": ".join(part for part in (code, error.get("message") or response.get("message")) if part)
    except (ValueError, AttributeError):
        return ""


def respond(status, body):
    return func.HttpResponse(json.dumps(body), status_code=status, mimetype="application/json")
`;
