namespace Heliostat.Client.Authentication.Reading;

/// <summary>
/// Java classes that files name. Those that Kafka and AWS ship are known for what they do; others cannot be loaded, and most have a setting
/// in their place.
/// </summary>
internal static class JavaClasses
{
    public const string UnsecuredHandler = "OAuthBearerUnsecuredLoginCallbackHandler";
    public const string SecuredHandler = "OAuthBearerLoginCallbackHandler";
    public const string AwsTokenHandler = "IAMOAuthBearerLoginCallbackHandler";
    public const string AwsClientHandler = "IAMClientCallbackHandler";

    private const string Kafka = "org.apache.kafka.common.security.";
    private const string Aws = "software.amazon.msk.auth.iam.";
    private const string LoginHandlerKey = "sasl.login.callback.handler.class";

    private static readonly string[] Logins =
        [Kafka + "authenticator.DefaultLogin", Kafka + "kerberos.KerberosLogin",
            Kafka + "oauthbearer.internals.OAuthBearerRefreshingLogin"];

    private static readonly string[] ClientHandlers =
    [
        Kafka + "authenticator.SaslClientCallbackHandler", Kafka + "kerberos.KerberosClientCallbackHandler",
        Kafka + "oauthbearer.internals.OAuthBearerSaslClientCallbackHandler", Kafka + "scram.internals.ScramSaslClientCallbackHandler",
        Aws + AwsClientHandler,
    ];

    private static readonly string[] LoginHandlers =
    [
        Kafka + "oauthbearer." + SecuredHandler, Kafka + "oauthbearer.secured." + SecuredHandler,
        Kafka + "oauthbearer.internals.secured." + SecuredHandler, Kafka + "oauthbearer.internals.unsecured." + UnsecuredHandler,
        Kafka + "oauthbearer.OAuthBearerUnsecuredLoginCallbackHandler", Aws + AwsTokenHandler, Aws + AwsClientHandler,
        Kafka + "authenticator.AbstractLogin$DefaultLoginCallbackHandler",
    ];

    /// <summary>Parts of the names of widespread handlers, and what to set in their place.</summary>
    private static readonly (string Part, string Instead)[] Replaced =
    [
        ("io.strimzi.kafka.oauth",
            $"set {LoginHandlerKey}={Kafka}oauthbearer.{SecuredHandler} and, for the oauth.* options: oauth.token.endpoint.uri as "
                + "sasl.oauthbearer.token.endpoint.url, oauth.client.id as clientId, oauth.client.secret as clientSecret, oauth.scope as "
                + "scope of sasl.jaas.config"),
        ("azure",
            $"set {LoginHandlerKey}={Kafka}oauthbearer.{SecuredHandler} with client credentials of the tenant's /oauth2/v2.0/token "
                + "endpoint, or with a token file"),
        ("google",
            $"set {LoginHandlerKey}={Kafka}oauthbearer.{SecuredHandler} with sasl.oauthbearer.token.endpoint.url=file:... and a token file "
                + "that is kept fresh"),
        ("gcp",
            $"set {LoginHandlerKey}={Kafka}oauthbearer.{SecuredHandler} with sasl.oauthbearer.token.endpoint.url=file:... and a token file "
                + "that is kept fresh"),
    ];

    public static string Short(string name) => name[(name.LastIndexOf('.') + 1)..];

    public static void CheckLogin(LoginReading reading) => Check(reading, "sasl.login.class", reading.Settings.LoginClass, Logins);

    public static void CheckClientHandler(LoginReading reading) =>
        Check(reading, "sasl.client.callback.handler.class", reading.Settings.ClientCallbackHandlerClass, ClientHandlers);

    public static void CheckLoginHandler(LoginReading reading) =>
        Check(reading, LoginHandlerKey, reading.Settings.LoginCallbackHandlerClass, LoginHandlers);

    private static void Check(LoginReading reading, string key, string? name, string[] known)
    {
        if (string.IsNullOrEmpty(name) || known.Contains(name, StringComparer.Ordinal))
        {
            return;
        }

        var instead = Replaced.FirstOrDefault(row => name.Contains(row.Part, StringComparison.OrdinalIgnoreCase)).Instead;
        reading.Problem(key,
            $"the Java class {name} cannot be "
                + $"loaded{(instead is null ? "; known by name are those of Kafka and of Amazon MSK" : $": {instead}")}");
    }
}
