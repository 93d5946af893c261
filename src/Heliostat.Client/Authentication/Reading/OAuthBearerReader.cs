using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>OAUTHBEARER: which handler gets the tokens, and from where.</summary>
internal static class OAuthBearerReader
{
    private const string UrlKey = "sasl.oauthbearer.token.endpoint.url";
    private const string RetrieverKey = "sasl.oauthbearer.jwt.retriever.class";

    public static SaslOptions? Read(LoginReading reading)
    {
        var handler = JavaClasses.Short(reading.Settings.LoginCallbackHandlerClass ?? JavaClasses.UnsecuredHandler);
        var token = handler switch
        {
            JavaClasses.SecuredHandler => Secured(reading),
            JavaClasses.AwsTokenHandler => new AwsMsk.MskIamTokenOptions { Credentials = AwsReader.Credentials(reading) },
            JavaClasses.UnsecuredHandler => UnsecuredTokens.Read(reading),
            _ => null,
        };
        return token is null ? null : new OAuthBearerOptions
        {
            Token = token,
            Extensions = Extensions(reading, handler == JavaClasses.UnsecuredHandler ? "unsecuredLoginExtension_" : "extension_"),
            Refresh = reading.Settings.Refresh,
        };
    }

    private static SaslExtensions Extensions(LoginReading reading, string prefix)
    {
        try
        {
            return new SaslExtensions(reading.Module.Options
                .Where(option => option.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(option => new KeyValuePair<string, string>(option.Key[prefix.Length..], option.Value)));
        }
        catch (ArgumentException wrong)
        {
            reading.Problem(LoginReading.JaasKey, wrong.Message);
            return SaslExtensions.None;
        }
    }

    private static TokenOptions? Secured(LoginReading reading)
    {
        var settings = reading.Settings.Token;
        if (settings.ValidatorClass is { Length: > 0 } validator
            && JavaClasses.Short(validator) is not ("DefaultJwtValidator" or "ClientJwtValidator"))
        {
            reading.Problem("sasl.oauthbearer.jwt.validator.class",
                $"the Java class {validator} cannot be loaded: DefaultJwtValidator and ClientJwtValidator are known");
        }

        if (string.IsNullOrEmpty(settings.EndpointUrl))
        {
            reading.Problem(UrlKey, "it is not set: there the token comes from");
            return null;
        }

        CheckAllowed(reading, UrlKey, settings.EndpointUrl, reading.Java.AllowedUrls, "urls");
        var isFile = FileUrl.Is(settings.EndpointUrl);
        switch (JavaClasses.Short(settings.RetrieverClass ?? "DefaultJwtRetriever"))
        {
            case "FileJwtRetriever" or "DefaultJwtRetriever" or "JwtBearerJwtRetriever" when isFile:
                return Claims(reading, new FileTokenOptions { Path = FileUrl.PathOf(settings.EndpointUrl) });
            case "FileJwtRetriever":
                reading.Problem(UrlKey, "FileJwtRetriever reads a file: the URL must begin with file:");
                return null;
            case "DefaultJwtRetriever" or "ClientCredentialsJwtRetriever":
                return Endpoints.Read(reading) is { } endpoint ? ClientCredentials(reading, endpoint) : null;
            case "JwtBearerJwtRetriever":
                return Endpoints.Read(reading) is { } exchange ? JwtBearer(reading, exchange) : null;
            default:
                reading.Problem(RetrieverKey,
                    $"the Java class {settings.RetrieverClass} cannot be loaded: Kafka's own retrievers are known");
                return null;
        }
    }

    private static ClientCredentialsOptions ClientCredentials(LoginReading reading, EndpointOptions endpoint)
    {
        var settings = reading.Settings.Token;
        var id = string.IsNullOrEmpty(settings.ClientId) ? reading.Option("clientId") : settings.ClientId;
        var secret = settings.ClientSecret.IsEmpty ? reading.SecretOption("clientSecret") : settings.ClientSecret;
        var isAsserted = !string.IsNullOrEmpty(settings.ClientId)
            && (settings.Assertion.File ?? settings.Assertion.Issuer) is { Length: > 0 };
        if (isAsserted)
        {
            CheckAssertion(reading);
        }
        else if (id is null || secret.IsEmpty)
        {
            reading.Problem(
                id is null ? "sasl.oauthbearer.client.credentials.client.id" : "sasl.oauthbearer.client.credentials.client.secret",
                $"it is not set, nor {(id is null ? "clientId" : "clientSecret")} in sasl.jaas.config, nor an assertion in its place");
        }

        return Claims(reading, new ClientCredentialsOptions
        {
            Endpoint = endpoint,
            ClientId = id,
            ClientSecret = secret,
            Scope = Scope(reading),
            HeaderUrlEncode = settings.HeaderUrlEncode,
            Assertion = isAsserted ? settings.Assertion : null,
        });
    }

    private static JwtBearerOptions JwtBearer(LoginReading reading, EndpointOptions endpoint)
    {
        CheckAssertion(reading);
        return Claims(reading,
            new JwtBearerOptions { Endpoint = endpoint, Assertion = reading.Settings.Token.Assertion, Scope = Scope(reading) });
    }

    private static void CheckAssertion(LoginReading reading)
    {
        var assertion = reading.Settings.Token.Assertion;
        if ((assertion.File ?? assertion.PrivateKeyFile) is not { Length: > 0 })
        {
            reading.Problem("sasl.oauthbearer.assertion.private.key.file",
                "it is not set, nor sasl.oauthbearer.assertion.file: there is nothing to assert with");
        }

        foreach (var (key, file) in new[] { ("file", assertion.File), ("private.key.file", assertion.PrivateKeyFile),
            ("template.file", assertion.TemplateFile) })
        {
            if (file is { Length: > 0 })
            {
                CheckAllowed(reading, "sasl.oauthbearer.assertion." + key, file, reading.Java.AllowedFiles, "files");
            }
        }
    }

    private static string? Scope(LoginReading reading) =>
        string.IsNullOrEmpty(reading.Settings.Token.Scope) ? reading.Option("scope") : reading.Settings.Token.Scope;

    private static T Claims<T>(LoginReading reading, T options) where T : TokenOptions =>
        options with { SubClaimName = reading.Settings.Token.SubClaimName, ScopeClaimName = reading.Settings.Token.ScopeClaimName };

    /// <summary>
    /// Newer JVMs refuse what the system property does not list; without the property nothing is refused here, because whoever writes the
    /// file runs the program.
    /// </summary>
    private static void CheckAllowed(LoginReading reading, string key, string value, IReadOnlyList<string>? allowed, string what)
    {
        if (allowed is not null && !allowed.Contains(value, StringComparer.Ordinal))
        {
            reading.Problem(key,
                $"{value.Split('?')[0]} is not among those that -Dorg.apache.kafka.sasl.oauthbearer.allowed.{what} allows");
        }
    }
}
