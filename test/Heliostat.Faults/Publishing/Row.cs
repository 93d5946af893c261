namespace Heliostat.Faults.Publishing;

/// <summary>What one system did under one fault, as the table shows it.</summary>
/// <param name="Fault">Its name.</param>
/// <param name="System">Its name.</param>
/// <param name="Lost">Records, or what could not be counted.</param>
/// <param name="Duplicated">As <paramref name="Lost"/>.</param>
/// <param name="Reordered">As <paramref name="Lost"/>.</param>
/// <param name="Seconds">Until it mirrored on, everywhere.</param>
/// <param name="Told">What the operator was told.</param>
internal sealed record Row(string Fault, string System, string Lost, string Duplicated, string Reordered, string Seconds, string Told)
{
    /// <summary>In the place of <see cref="Lost"/>: the system took no part.</summary>
    public const string NotPlayed = "not played";
}
