using Heliostat.Client.Authentication.Logins;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>Gets tickets for tickets, from a keytab or a cache.</summary>
internal sealed class TicketSource(GssapiOptions options, BlockingThread thread, TimeProvider time) : ICredentialSource<GssCredential>
{
    /// <summary>The library asks each KDC several times; this is more than it takes for two that are down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Identity => options.Principal ?? $"the ticket cache {options.TicketCache ?? "(default)"}";

    public async ValueTask<GssCredential> GetAsync(CancellationToken ct)
    {
        Keytab.Check(options);
        try
        {
            return await thread.RunAsync(Acquire).WaitHereAsync(Patience, time, ct);
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
            var credential = options.KeyTab is { } keytab
                ? GssCredential.AcquireByKeytab(options.Principal, keytab, now)
                : GssCredential.Acquire(options.Principal, Cache(), now);
            return credential.Expires > now
                ? credential
                : throw new SaslException(SaslFailure.NoCredential, $"the tickets of {Identity} have expired: run kinit again");
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
}
