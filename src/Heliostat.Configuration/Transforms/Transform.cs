namespace Heliostat.Configuration.Transforms;

/// <summary>One step of a chain: what is done to records, and to which.</summary>
/// <param name="Name">Its name in <c>transforms</c>, or the setting that asks for it.</param>
/// <param name="Action">What is done.</param>
public sealed record Transform(string Name, TransformAction Action)
{
    /// <summary>Which records it is done to; null for all.</summary>
    public RecordCondition? When { get; init; }
}
