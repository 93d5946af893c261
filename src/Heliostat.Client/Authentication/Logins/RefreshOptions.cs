namespace Heliostat.Client.Authentication.Logins;

/// <summary>When a credential with an end is renewed: <c>sasl.login.refresh.*</c>.</summary>
public sealed record RefreshOptions
{
    /// <summary><c>sasl.login.refresh.window.factor</c>: at this part of its life.</summary>
    public double WindowFactor { get; init; } = 0.8;

    /// <summary><c>sasl.login.refresh.window.jitter</c>: plus up to this part, at random.</summary>
    public double WindowJitter { get; init; } = 0.05;

    /// <summary><c>sasl.login.refresh.min.period.seconds</c>: not sooner than this after the last.</summary>
    public TimeSpan MinPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>sasl.login.refresh.buffer.seconds</c>: not later than this before the end.</summary>
    public TimeSpan Buffer { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// When to renew a credential that is got <paramref name="now"/> (<c>ExpiringCredentialRefreshingLogin.refreshMs</c>). When less is
    /// left than <see cref="MinPeriod"/> and <see cref="Buffer"/> together, both are ignored and the window is taken of what is left.
    /// </summary>
    /// <param name="start">When its life began; null: now.</param>
    /// <param name="expires">Its end.</param>
    /// <param name="now">The time.</param>
    /// <param name="chance">0 to 1: where within the jitter.</param>
    internal DateTimeOffset At(DateTimeOffset? start, DateTimeOffset expires, DateTimeOffset now, double chance)
    {
        var part = WindowFactor + WindowJitter * chance;
        if (now + MinPeriod + Buffer > expires)
        {
            return now + (expires - now) * part;
        }

        var begin = start ?? now;
        var proposed = begin + (expires - begin) * part;
        var latest = expires - Buffer;
        var soonest = now + MinPeriod;
        return proposed > latest ? latest : proposed < soonest ? soonest : proposed;
    }
}
