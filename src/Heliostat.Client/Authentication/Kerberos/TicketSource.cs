using Heliostat.Client.Authentication.Logins;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>Gets tickets for tickets, from a keytab or a cache.</summary>
internal sealed class TicketSource(GssapiOptions options, BlockingThread thread, TimeProvider time) : ICredentialSource<GssCredential>
{
    /// <summary>The library asks each KDC several times; this is more than it takes for two that are down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Identity => options.Principal ?? $"the ticket cache {options.TicketCache ?? "(default)"}";

    public async ValueTask<GssCredential> GetAsync(CancellationToken ct)
    {
        CheckKeytab();
        try
        {
            return await thread.RunAsync(Acquire).WaitAsync(Patience, time, ct);
        }
        catch (TimeoutException)
        {
            throw new SaslException(SaslFailure.Unavailable, $"no KDC answered for {Identity} within {Patience.TotalSeconds:F0} s");
        }
    }

    private GssCredential Acquire()
    {
        try
        {
            var now = time.GetUtcNow();
            var credential = options.KeyTab is { } keytab ? GssCredential.AcquireByKeytab(options.Principal, keytab, now) : GssCredential.Acquire(options.Principal, Cache(), now);
            return credential.Expires > now ? credential : throw new SaslException(SaslFailure.NoCredential, $"the tickets of {Identity} have expired: run kinit again");
        }
        catch (GssException failed)
        {
            throw KerberosFailures.Explain(failed, options, null);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new SaslException(SaslFailure.NoCredential, KerberosFailures.Library, missing);
        }
    }

    private KeyValuePair<string, string>[] Cache() => options.TicketCache is { } cache ? [new("ccache", cache)] : [];

    private void CheckKeytab()
    {
        if (options.KeyTab is not { } path)
        {
            return;
        }

        IReadOnlyList<string> principals;
        try
        {
            principals = Keytab.Principals(File.ReadAllBytes(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SaslException(SaslFailure.NoCredential, $"there is no keytab {path}", missing);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SaslException(SaslFailure.NoCredential, $"the keytab {path} cannot be read: {unreadable.Message}", unreadable);
        }

        if (options.Principal is { } principal && !Keytab.Holds(principals, principal))
        {
            throw new SaslException(SaslFailure.NoCredential, $"the keytab {path} holds no key of {principal}; it has {string.Join(", ", principals.Take(5))}");
        }
    }
}
