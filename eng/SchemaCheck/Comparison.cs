using Heliostat.Protocol.Wire;

namespace SchemaCheck;

/// <summary>Compares our layouts with the definitions of Kafka releases; each difference is one line.</summary>
public sealed class Comparison
{
    private readonly KafkaRelease _newest;
    private readonly IReadOnlyList<KafkaRelease> _releases;
    private readonly List<string> _differences = [];

    /// <summary>The first release says which versions are the newest; the others may define older ones that it dropped.</summary>
    public Comparison(IReadOnlyList<KafkaRelease> releases)
    {
        _newest = releases[0];
        _releases = releases;
    }

    public IReadOnlyList<string> Differences => _differences;

    /// <summary>How many versions of a message were compared with a release's definition.</summary>
    public int Compared { get; private set; }

    public void Compare(Message message)
    {
        CompareBounds(message);
        for (var version = message.MinVersion; version <= message.MaxVersion; version++)
        {
            var defined = 0;
            foreach (var release in _releases)
            {
                if (release.Find(message.Name) is { } kafkas && kafkas.ValidVersions.Contains(version))
                {
                    defined++;
                    Compared++;
                    CompareFlexibility(message, version, kafkas, release);
                    CompareFields($"{message.Name} {version} ({release.Name})", message.Fields(version), kafkas.Fields(version));
                }
            }

            if (defined == 0)
            {
                Differ($"{message.Name} {version}", "a version", "none in these releases");
            }
        }
    }

    private void CompareBounds(Message message)
    {
        if (_newest.Find(message.Name) is not { } kafkas)
        {
            Differ(message.Name, "a message", $"none in {_newest.Name}");
            return;
        }

        if (message.Api is { } api && kafkas.ApiKey != (int)api.Key)
        {
            Differ($"{message.Name} key", (int)api.Key, kafkas.ApiKey);
        }

        var newest = _newest.Served(message.Name)?.High;
        if (message.MaxVersion != newest)
        {
            Differ($"{message.Name} newest version", message.MaxVersion, newest);
        }

        // Request header 0 belongs to a request that clients never send.
        var oldest = _releases.Min(release => release.Served(message.Name)?.Low ?? int.MaxValue);
        if (message.MinVersion != oldest && message.Name != "RequestHeader")
        {
            Differ($"{message.Name} oldest version", message.MinVersion, oldest);
        }
    }

    private void CompareFlexibility(Message message, short version, KafkaMessage kafkas, KafkaRelease release)
    {
        if (message.IsFlexible(version) != kafkas.FlexibleVersions.Contains(version))
        {
            Differ($"{message.Name} {version} ({release.Name}) flexible", message.IsFlexible(version),
                kafkas.FlexibleVersions.Contains(version));
        }
    }

    private void CompareFields(string path, IReadOnlyList<WireField> ours, IReadOnlyList<WireField> kafkas)
    {
        if (!ours.Select(field => field.Name).SequenceEqual(kafkas.Select(field => field.Name)))
        {
            Differ(path, Names(ours), Names(kafkas));
            return;
        }

        foreach (var (our, kafka) in ours.Zip(kafkas))
        {
            CompareField($"{path} {our.Name}", our, kafka);
        }
    }

    private void CompareField(string path, WireField our, WireField kafka)
    {
        if (!IsType(our.Type, kafka.Type))
        {
            Differ($"{path} type", our.Type, kafka.Type);
        }

        if (our.Nullable != kafka.Nullable)
        {
            Differ($"{path} nullable", our.Nullable, kafka.Nullable);
        }

        if (our.Tag != kafka.Tag)
        {
            Differ($"{path} tag", our.Tag, kafka.Tag);
        }

        if (our.Default != kafka.Default)
        {
            Differ($"{path} default", our.Default, kafka.Default);
        }

        CompareFields(path, our.Fields, kafka.Fields);
    }

    /// <summary>Our name of a struct may have the API's before it, where two APIs name different structs alike.</summary>
    private static bool IsType(string our, string kafka) =>
        our == kafka || (our.StartsWith('[') == kafka.StartsWith('[') && char.IsUpper(kafka.TrimStart('[', ']')[0])
            && our.EndsWith(kafka.TrimStart('[', ']'), StringComparison.Ordinal));

    private static string Names(IReadOnlyList<WireField> fields) => string.Join(' ', fields.Select(field => field.Name));

    private void Differ(string what, object? ours, object? kafkas) =>
        _differences.Add($"{what}: ours {ours ?? "none"}, Kafka's {kafkas ?? "none"}");
}
