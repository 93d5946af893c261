using System.IO.Compression;
using System.Text.Json;

namespace SchemaCheck;

/// <summary>The message definitions of an unpacked Kafka release: common/message/*.json in its clients' jar.</summary>
public sealed class KafkaRelease
{
    private readonly Dictionary<string, KafkaMessage> _messages = [];

    private KafkaRelease(string name)
    {
        Name = name;
    }

    /// <summary>The version, from the name of the jar.</summary>
    public string Name { get; }

    /// <summary>Reads the jar under <paramref name="folder"/>/libs.</summary>
    public static KafkaRelease Open(string folder)
    {
        var libraries = Path.Combine(folder, "libs");
        var jars = Directory.Exists(libraries) ? Directory.GetFiles(libraries, "kafka-clients-*.jar") : [];
        var jar = jars.Length == 1 ? jars[0] : throw new FileNotFoundException($"{libraries}: no kafka-clients-*.jar");
        var release = new KafkaRelease(Path.GetFileNameWithoutExtension(jar)["kafka-clients-".Length..]);
        using var archive = ZipFile.OpenRead(jar);
        foreach (var entry in archive.Entries)
        {
            if (entry.FullName.StartsWith("common/message/", StringComparison.Ordinal)
                && entry.Name.EndsWith(".json", StringComparison.Ordinal))
            {
                using var stream = entry.Open();
                using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
                release._messages.Add(Path.GetFileNameWithoutExtension(entry.Name), new KafkaMessage(document.RootElement.Clone()));
            }
        }

        return release;
    }

    /// <summary>
    /// The versions of a message that are served; the request's decide for the response too. Null when the release has none.
    /// </summary>
    public Versions? Served(string message)
    {
        var found = Find(message);
        return (found?.ApiKey is null ? found : Find(message.Replace("Response", "Request", StringComparison.Ordinal)))?.ValidVersions;
    }

    /// <summary>The definition of a message; null when the release has none.</summary>
    public KafkaMessage? Find(string message) => _messages.GetValueOrDefault(message);
}
