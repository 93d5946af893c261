namespace Heliostat.Client.Connections;

/// <summary>
/// How long an answer of one connection is waited for. A link may be up and carry nothing: no end ever comes of it, and a new one works.
/// So the first silence is not borne for the whole <c>request.timeout.ms</c>; but a broker that is only slow must not be asked anew for
/// ever: of connections that follow each other in one place, each is more patient than the silent one before it.
/// </summary>
/// <param name="silences">How many before it, in a row, were closed because nothing came of them.</param>
internal sealed class AnswerPatience(int silences = 0)
{
    /// <summary>Borne of a connection whose predecessor was not silent.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    private const int MostDoublings = 10;

    /// <summary>Whether it may be closed before its time because others of its broker are silent: what follows it may not.</summary>
    public bool IsFirst => silences == 0;

    /// <summary>The time for an answer that may take <paramref name="most"/>.</summary>
    public TimeSpan Of(TimeSpan most)
    {
        var least = First * (1 << Math.Min(silences, MostDoublings));
        return least < most ? least : most;
    }
}
