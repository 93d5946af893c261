using Heliostat.Configuration.Options;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>
/// How the schema registry of one side is reached: keys of Confluent's clients, which stand under the alias of a cluster, as a connector is
/// handed them.
/// </summary>
internal sealed class RegistrySettings
{
    private const string Ssl = "schema.registry.ssl.";

    private readonly TypedSetting<Secret> _userInfoToo;
    private readonly TypedSetting<string> _trust;
    private readonly TypedSetting<Secret> _trustPassword;
    private readonly TypedSetting<string> _trustType;
    private readonly TypedSetting<string> _key;
    private readonly TypedSetting<Secret> _keyPassword;
    private readonly TypedSetting<string> _keyType;
    private readonly TypedSetting<Secret> _keyOwnPassword;
    private readonly TypedSetting<string> _hostCheck;

    /// <param name="side">Which cluster's: <c>source</c> or <c>target</c>.</param>
    public RegistrySettings(string side)
    {
        var of = $"{side}.cluster.";
        Url = Declare.Setting(of + "schema.registry.url", new SettingKind<IReadOnlyList<Uri>>(SettingType.List, Urls,
            static urls => string.Join(',', urls), "addresses with http or https, separated by commas"), "",
            $"The {side}'s schema registry; written as ALIAS.schema.registry.url.");
        Credentials = Declare.Setting(of + "basic.auth.credentials.source",
            Kinds.OneOf(ignoreCase: false, ("URL", false), ("USER_INFO", true)), "URL",
            "Where user and password for the registry are: in its address, or in basic.auth.user.info.");
        UserInfo = Declare.Password(of + "basic.auth.user.info",
            "User and password for the registry: USER:PASSWORD. They count where basic.auth.credentials.source is USER_INFO.");
        _userInfoToo = Declare.Password(of + "schema.registry.basic.auth.user.info", "The same as basic.auth.user.info.");
        Bearer = Declare.Setting(of + "bearer.auth.credentials.source", Kinds.OneOf(ignoreCase: false, ("", false), ("STATIC_TOKEN", true)),
            "", "Where a token for the registry comes from: bearer.auth.token.");
        Token = Declare.Password(of + "bearer.auth.token",
            "A token for the registry. It counts where bearer.auth.credentials.source is STATIC_TOKEN.");
        _trust = Declare.Setting(of + Ssl + "truststore.location", Kinds.String, "",
            "The file with certificates that are trusted for the registry; what the system trusts where it is empty.");
        _trustPassword = Declare.Password(of + Ssl + "truststore.password", "The password of that file.");
        _trustType = Declare.Setting(of + Ssl + "truststore.type", Kinds.String, "JKS", "The format of that file: JKS, PKCS12 or PEM.");
        _key = Declare.Setting(of + Ssl + "keystore.location", Kinds.String, "",
            "The file with the key and certificate that are shown to the registry.");
        _keyPassword = Declare.Password(of + Ssl + "keystore.password", "The password of that file.");
        _keyType = Declare.Setting(of + Ssl + "keystore.type", Kinds.String, "JKS", "The format of that file: JKS, PKCS12 or PEM.");
        _keyOwnPassword = Declare.Password(of + Ssl + "key.password", "The password of the key within that file.");
        _hostCheck = Declare.Setting(of + Ssl + "endpoint.identification.algorithm", Kinds.String, "https",
            "How the registry's host name is checked; empty switches the check off.");
    }

    public TypedSetting<IReadOnlyList<Uri>> Url { get; }

    public TypedSetting<bool> Credentials { get; }

    public TypedSetting<Secret> UserInfo { get; }

    public TypedSetting<bool> Bearer { get; }

    public TypedSetting<Secret> Token { get; }

    /// <summary>Where trusted certificates are.</summary>
    public string TrustKey => _trust.Key;

    /// <summary>Where the own key is.</summary>
    public string KeyStoreKey => _key.Key;

    public IReadOnlyList<Setting> All =>
        [Url, Credentials, UserInfo, _userInfoToo, Bearer, Token, _trust, _trustPassword, _trustType, _key, _keyPassword, _keyType,
            _keyOwnPassword, _hostCheck];

    /// <summary>What the settings come to.</summary>
    /// <param name="get">The text of a setting, its default where nothing is written.</param>
    public RegistryOptions Read(Func<Setting, string> get)
    {
        var info = get(UserInfo) is { Length: > 0 } own ? own : get(_userInfoToo);
        return new RegistryOptions
        {
            Urls = Url.Parse(get(Url)),
            UserInfo = new Secret(Credentials.Parse(get(Credentials)) ? info : ""),
            Token = new Secret(Bearer.Parse(get(Bearer)) ? get(Token) : ""),
            Tls = new TlsOptions
            {
                Trust = new TrustStoreOptions
                {
                    Location = Named(get(_trust)),
                    Password = new Secret(get(_trustPassword)),
                    Type = get(_trustType)
                },
                Key = new KeyStoreOptions
                {
                    Location = Named(get(_key)),
                    Password = new Secret(get(_keyPassword)),
                    KeyPassword = new Secret(get(_keyOwnPassword)),
                    Type = get(_keyType)
                },
                ChecksHostName = get(_hostCheck).Trim().Length > 0,
            },
        };
    }

    private static string? Named(string location) => location.Trim() is { Length: > 0 } named ? named : null;

    private static Uri[] Urls(string text) =>
    [
        .. SettingParsers.List(text)
            .Where(url => url.Length > 0).Select(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? uri : throw new FormatException("has an entry that is no address with http or https")),
    ];
}
