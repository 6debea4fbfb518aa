import type { Files, ReadSecretOptions } from './template';

/** A class for a Maven or Gradle project. */
export function javaFunction({ functionName, secretUri, clientId }: ReadSecretOptions): Files {
  const name = functionName.replaceAll('-', '_');
  const client = clientId ? `.clientId(${JSON.stringify(clientId)})` : '';
  return {
    [`src/main/java/${name}.java`]: `// Reads a Key Vault secret with the app's managed identity, so no password or key is stored.
import com.azure.core.exception.HttpResponseException;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.KeyVaultSecretIdentifier;
import com.microsoft.azure.functions.*;
import com.microsoft.azure.functions.annotation.*;
import java.util.Map;
import java.util.Optional;

public class ${name} {
    private static final KeyVaultSecretIdentifier IDENTIFIER = new KeyVaultSecretIdentifier(${JSON.stringify(secretUri)});
    private static final SecretClient SECRETS = new SecretClientBuilder()
        .vaultUrl(IDENTIFIER.getVaultUrl())
        .credential(new ManagedIdentityCredentialBuilder()${client}.build())
        .buildClient();

    @FunctionName(${JSON.stringify(functionName)})
    public HttpResponseMessage run(
            @HttpTrigger(name = "req", methods = {HttpMethod.GET}, authLevel = AuthorizationLevel.FUNCTION)
            HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        try {
            KeyVaultSecret secret = SECRETS.getSecret(IDENTIFIER.getName(), IDENTIFIER.getVersion());
            context.getLogger().info("Read " + secret.getId());
            // Use secret.getValue() in your code. The response shows that it was read but doesn't reveal it.
            return respond(request, 200, Map.of("read", true, "id", secret.getId(), "characters", secret.getValue().length()));
        } catch (RuntimeException error) {
            context.getLogger().severe("Failed to read the secret: " + error.getMessage());
            boolean forbidden = error instanceof HttpResponseException
                && ((HttpResponseException) error).getResponse().getStatusCode() == 403;
            return respond(request, forbidden ? 403 : 500, Map.of("read", false, "error", String.valueOf(error.getMessage())));
        }
    }

    private static HttpResponseMessage respond(HttpRequestMessage<?> request, int status, Object body) {
        return request.createResponseBuilder(HttpStatus.valueOf(status))
            .header("Content-Type", "application/json")
            .body(body)
            .build();
    }
}
`,
  };
}
