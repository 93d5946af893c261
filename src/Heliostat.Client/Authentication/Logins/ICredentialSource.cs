namespace Heliostat.Client.Authentication.Logins;

/// <summary>Where a credential comes from.</summary>
internal interface ICredentialSource<T> where T : class
{
    /// <summary>Whose it is, for messages: <c>client 'mirror' at https://idp.test/token</c>.</summary>
    string Identity { get; }

    /// <summary>Gets a new one. Throws <see cref="SaslException"/>.</summary>
    ValueTask<T> GetAsync(CancellationToken ct);
}
