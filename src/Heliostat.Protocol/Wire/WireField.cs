namespace Heliostat.Protocol.Wire;

/// <summary>
/// One field of a message in one version, as a <see cref="WireDescriber"/> saw it: the type in Kafka's words ("int32", "[]string",
/// "[]FetchTopic" by our class name), the default as text, and the fields of a struct or of an array's structs.
/// </summary>
public sealed record WireField(string Name, string Type, bool Nullable, int? Tag, string Default, IReadOnlyList<WireField> Fields);
