namespace Heliostat.Configuration.Providers;

/// <summary>A place outside the file where values are kept, Kafka's <c>ConfigProvider</c>.</summary>
internal interface IConfigProvider
{
    /// <summary>The value of <paramref name="key"/> in <paramref name="path"/>, or null with the reason why there is none.</summary>
    /// <exception cref="IOException">The place cannot be read.</exception>
    string? Find(string path, string key, out string reason);
}
