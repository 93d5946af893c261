namespace Heliostat.Client;

/// <summary>
/// What a role of a cluster logs in with: one record per mechanism. Two roles may share connections when theirs are equal.
/// </summary>
public abstract record SaslOptions
{
    private protected SaslOptions()
    {
    }

    /// <summary><c>sasl.mechanism</c>, letter for letter.</summary>
    public abstract string Mechanism { get; }
}
