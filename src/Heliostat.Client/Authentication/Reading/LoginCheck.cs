using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>
/// Tries at the start what can be tried without a network: keytabs, key files, token files, the stores of a token endpoint.
/// </summary>
public static class LoginCheck
{
    private const string JaasKey = "sasl.jaas.config";

    /// <summary>Adds to <paramref name="problems"/> each file that is missing or does not hold what it should.</summary>
    public static void TryFiles(SaslOptions options, TimeProvider time, ICollection<LoginProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(problems);
        switch (options)
        {
            case GssapiOptions kerberos:
                Try(JaasKey, () => Keytab.Check(kerberos), problems);
                break;
            case OAuthBearerOptions { Token: FileTokenOptions file }:
                Try("sasl.oauthbearer.token.endpoint.url", () => new FileTokenSource(file, time).Read(), problems);
                break;
            case OAuthBearerOptions { Token: ClientCredentialsOptions client }:
                Try(JaasKey, () => EndpointHandler.Create(client.Endpoint, time).Dispose(), problems);
                TryAssertion(client.Assertion, time, problems);
                break;
            case OAuthBearerOptions { Token: JwtBearerOptions exchange }:
                Try(JaasKey, () => EndpointHandler.Create(exchange.Endpoint, time).Dispose(), problems);
                TryAssertion(exchange.Assertion, time, problems);
                break;
        }
    }

    private static void TryAssertion(AssertionOptions? assertion, TimeProvider time, ICollection<LoginProblem> problems)
    {
        if (assertion is not null)
        {
            Try("sasl.oauthbearer.assertion." + (assertion.File is null ? "private.key.file" : "file"),
                () => new AssertionMaker(assertion, time).Make(), problems);
        }
    }

    private static void Try(string key, Action attempt, ICollection<LoginProblem> problems)
    {
        try
        {
            attempt();
        }
        catch (SaslException failed)
        {
            problems.Add(new LoginProblem(key, failed.Message));
        }
    }
}
