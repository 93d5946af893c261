using System.Net;
using Heliostat.Client.Authentication.Logins;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>GSSAPI (RFC 4752): Kerberos, by the system's library. Everything that may ask a KDC runs on a thread of its own.</summary>
internal sealed class GssapiMechanism : ISaslMechanism, ILogin
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BlockingThread _thread = new("Kerberos");
    private readonly GssapiOptions _options;
    private readonly TimeProvider _time;
    private readonly Login<GssCredential> _login;

    public GssapiMechanism(GssapiOptions options, SaslSurroundings surroundings, ILogger logger)
    {
        _options = options;
        _time = surroundings.Time;
        var refresh = new RefreshOptions
        {
            WindowFactor = options.RenewWindowFactor,
            WindowJitter = options.RenewJitter,
            MinPeriod = options.MinTimeBeforeRelogin,
            Buffer = TimeSpan.Zero,
        };
        _login = new Login<GssCredential>(new TicketSource(options, _thread, _time), refresh, surroundings.Cluster, _time,
            surroundings.Random, logger);
    }

    public string Name => "GSSAPI";

    public string Identity => _login.Identity;

    public async ValueTask<ISaslSession> BeginAsync(DnsEndPoint broker, CancellationToken ct)
    {
        var credential = await _login.GetAsync(ct);
        var starting = _thread.RunAsync(() => Start(credential, broker.Host));
        try
        {
            return await starting.WaitHereAsync(Patience, _time, ct);
        }
        catch (TimeoutException)
        {
            throw new SaslException(SaslFailure.Unavailable,
                $"no KDC gave a ticket for {_options.ServiceName}/{broker.Host} within {Patience.TotalSeconds:F0} s");
        }
    }

    public Task RunAsync(CancellationToken ct) => _login.RunAsync(ct);

    private GssapiSession Start(GssCredential credential, string host)
    {
        GssContext? context = null;
        try
        {
            context = new GssContext(credential, _options.ServiceName, host);
            return new GssapiSession(context, context.Step([]), credential.Principal, _options, host);
        }
        catch (GssException failed)
        {
            context?.Dispose();
            throw KerberosFailures.Explain(failed, _options, host);
        }
    }
}
