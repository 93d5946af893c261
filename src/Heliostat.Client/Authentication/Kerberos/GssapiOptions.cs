namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>Options of <c>Krb5LoginModule</c> and <c>sasl.kerberos.*</c>.</summary>
public sealed record GssapiOptions : SaslOptions
{
    /// <inheritdoc/>
    public override string Mechanism => "GSSAPI";

    /// <summary><c>sasl.kerberos.service.name</c>: the first part of the brokers' principals, usually <c>kafka</c>.</summary>
    public required string ServiceName { get; init; }

    /// <summary><c>principal</c>; without a realm the default realm counts. Null: the ticket cache's own.</summary>
    public string? Principal { get; init; }

    /// <summary><c>keyTab</c>; null: a ticket cache is used.</summary>
    public string? KeyTab { get; init; }

    /// <summary><c>ticketCache</c>; null: <c>KRB5CCNAME</c>, or the library's default. Of use without a keytab only.</summary>
    public string? TicketCache { get; init; }

    /// <summary><c>sasl.kerberos.ticket.renew.window.factor</c>: a new ticket is got at this part of its life.</summary>
    public double RenewWindowFactor { get; init; } = 0.8;

    /// <summary><c>sasl.kerberos.ticket.renew.jitter</c>: plus up to this part, at random.</summary>
    public double RenewJitter { get; init; } = 0.05;

    /// <summary><c>sasl.kerberos.min.time.before.relogin</c>.</summary>
    public TimeSpan MinTimeBeforeRelogin { get; init; } = TimeSpan.FromSeconds(60);
}
