using Heliostat.Client.Authentication.AwsMsk;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.Logins;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Authentication;

/// <summary>Makes the mechanism that options ask for.</summary>
public static class SaslMechanisms
{
    /// <summary>Throws <see cref="SaslException"/> when the options cannot be used; opens no connection.</summary>
    public static ISaslMechanism Create(SaslOptions options, SaslSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(surroundings);
        return options switch
        {
            PlainOptions plain => new PlainMechanism(plain),
            ScramOptions scram => new ScramMechanism(scram),
            GssapiOptions kerberos => new GssapiMechanism(kerberos, surroundings, Logger(surroundings)),
            MskIamOptions msk => MskIam(msk.Credentials, null, new RefreshOptions(), surroundings),
            OAuthBearerOptions { Token: MskIamTokenOptions msk } oauth =>
                MskIam(msk.Credentials, oauth.Extensions, oauth.Refresh, surroundings),
            OAuthBearerOptions oauth => OAuthBearer(oauth, surroundings),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Mechanism, "unknown mechanism"),
        };
    }

    private static OAuthBearerMechanism OAuthBearer(OAuthBearerOptions options, SaslSurroundings surroundings)
    {
        ICredentialSource<BearerToken> tokens = options.Token switch
        {
            // A file costs nothing to read, and whoever writes it decides when it changes.
            FileTokenOptions file => new FileTokenSource(file, surroundings.Time),
            UnsecuredTokenOptions unsecured => Shared(new UnsecuredTokenSource(unsecured, surroundings.Time)),
            ClientCredentialsOptions client =>
                Shared(new ClientCredentialsSource(client, Endpoint(client.Endpoint, surroundings), surroundings.Time)),
            JwtBearerOptions jwt => Shared(new JwtBearerSource(jwt, Endpoint(jwt.Endpoint, surroundings), surroundings.Time)),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Token, "unknown source of tokens"),
        };
        return new OAuthBearerMechanism(tokens, options.Extensions);

        Login<BearerToken> Shared(ICredentialSource<BearerToken> source) => new(
            source, options.Refresh, surroundings.Cluster, surroundings.Time, surroundings.Random, Logger(surroundings));
    }

    private static MskIamMechanism MskIam(AwsCredentialOptions options, SaslExtensions? oauthBearer, RefreshOptions refresh,
        SaslSurroundings surroundings)
    {
        var handler = surroundings.Http ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = new AwsProxy(),
            ConnectTimeout = TimeSpan.FromSeconds(2)
        };
        var http = new AwsHttp(handler, options, surroundings.Time, surroundings.Random);
        var source = new AwsCredentialSource(options, http, surroundings.Variable, surroundings.Time);
        var login = new Login<AwsCredentials>(source, refresh, surroundings.Cluster, surroundings.Time, surroundings.Random,
            Logger(surroundings));
        return new MskIamMechanism(login, new MskRegion(surroundings.Variable, options.ProfileName), surroundings.Time, oauthBearer);
    }

    private static ILogger Logger(SaslSurroundings surroundings) => surroundings.Loggers.CreateLogger("Heliostat.Client.Authentication");

    private static TokenEndpoint Endpoint(EndpointOptions options, SaslSurroundings surroundings) =>
        new(options, surroundings.Http ?? EndpointHandler.Create(options, surroundings.Time), surroundings.Time, surroundings.Random);
}
