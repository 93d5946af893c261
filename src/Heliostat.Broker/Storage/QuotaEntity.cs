namespace Heliostat.Broker.Storage;

/// <summary>Whom a quota is for. A part that is there without a name is the default for all.</summary>
internal sealed record QuotaEntity(string Canonical)
{
    public const string User = "user";
    public const string ClientId = "client-id";
    public const string Ip = "ip";

    /// <summary>The parts: type and name.</summary>
    public IReadOnlyList<(string Type, string? Name)> Parts { get; private init; } = [];

    public static QuotaEntity Of(IEnumerable<(string Type, string? Name)> parts)
    {
        var ordered = parts.OrderBy(part => part.Type, StringComparer.Ordinal).ToList();
        return new QuotaEntity(string.Join('\0',
            ordered.Select(part => $"{part.Type}={(part.Name is null ? "<default>" : "n:" + part.Name)}")))
        { Parts = ordered };
    }

    public static QuotaEntity Of(bool hasUser, string? user, bool hasClient, string? clientId)
    {
        var parts = new List<(string, string?)>(2);
        if (hasUser) parts.Add((User, user));
        if (hasClient) parts.Add((ClientId, clientId));
        return Of(parts);
    }

    public bool Equals(QuotaEntity? other) => other is not null && other.Canonical == Canonical;

    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);
}
