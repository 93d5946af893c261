using Heliostat.Client.Authentication.Logins;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>The <c>sasl.*</c> settings of one role, as they are written; with the JAAS module they say how to log in.</summary>
public sealed record LoginSettings
{
    /// <summary><c>sasl.mechanism</c>.</summary>
    public string Mechanism { get; init; } = "GSSAPI";

    /// <summary>True when <see cref="Mechanism"/> is written somewhere, and not just Kafka's default.</summary>
    public bool IsMechanismSet { get; init; }

    /// <summary><c>sasl.client.callback.handler.class</c>.</summary>
    public string? ClientCallbackHandlerClass { get; init; }

    /// <summary><c>sasl.login.callback.handler.class</c>.</summary>
    public string? LoginCallbackHandlerClass { get; init; }

    /// <summary><c>sasl.login.class</c>.</summary>
    public string? LoginClass { get; init; }

    /// <summary><c>sasl.login.refresh.*</c>.</summary>
    public RefreshOptions Refresh { get; init; } = new();

    /// <summary><c>sasl.kerberos.service.name</c>.</summary>
    public string? KerberosServiceName { get; init; }

    /// <summary><c>sasl.kerberos.ticket.renew.window.factor</c>.</summary>
    public double TicketRenewWindowFactor { get; init; } = 0.8;

    /// <summary><c>sasl.kerberos.ticket.renew.jitter</c>.</summary>
    public double TicketRenewJitter { get; init; } = 0.05;

    /// <summary><c>sasl.kerberos.min.time.before.relogin</c>.</summary>
    public TimeSpan MinTimeBeforeRelogin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>sasl.oauthbearer.*</c>, and the patience with a token endpoint.</summary>
    public TokenSettings Token { get; init; } = new();
}
