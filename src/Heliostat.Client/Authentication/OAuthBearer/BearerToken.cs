using Heliostat.Client.Authentication.Logins;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.OAuthBearer;

/// <summary>A token and what may be said of it.</summary>
internal sealed record BearerToken(Secret Value, string Subject, DateTimeOffset? Start, DateTimeOffset Expires) : IExpiringCredential
{
    /// <summary>Who issued it, when it says so.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whom it is for, when it says so.</summary>
    public string? Audience { get; init; }

    /// <summary>Subject, issuer, audience and end, in words.</summary>
    public string Describe() =>
        "the token of "
            + $"'{Refusal.Printable(Subject)}'{(Issuer is null ? "" : $", issued by {Refusal.Printable(Issuer)}")}"
            + $"{(Audience is null ? "" : $" for {Refusal.Printable(Audience)}")}, good until {Expires:u}";
}
