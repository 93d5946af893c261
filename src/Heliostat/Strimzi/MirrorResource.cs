using Heliostat.Configuration;
using Heliostat.Configuration.Files;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Heliostat.Strimzi;

/// <summary>A resource of the kind <c>KafkaMirrorMaker2</c>: which clusters, and which mirrors between them.</summary>
internal sealed class MirrorResource
{
    public const string Kind = "KafkaMirrorMaker2";

    private readonly string _path;
    private readonly List<ConfigurationProblem> _problems = [];

    private MirrorResource(string path, ResourceField resource)
    {
        (_path, Root) = (path, resource);
        var spec = resource["spec"] ?? throw new ConfigurationException([At("spec", "is missing", resource.Line)]);
        Spec = spec;
        Name = resource["metadata"]?.TextOf("name") ?? "mirrormaker2";
        Namespace = resource["metadata"]?.TextOf("namespace");
        Worker = spec["target"] is { } target ? Cluster(target) : Listed(spec["connectCluster"], spec);
        Mirrors = [.. (spec["mirrors"]?.Items ?? []).Select(mirror => Mirror(mirror, spec)).OfType<ResourceMirror>()];
        if (Mirrors.Count == 0 && _problems.Count == 0)
        {
            _problems.Add(At("spec.mirrors", "is missing: there is nothing to mirror", spec.Line));
        }

        if (_problems.Count > 0)
        {
            throw new ConfigurationException([.. _problems.Distinct()]);
        }
    }

    /// <summary>All of it.</summary>
    public ResourceField Root { get; }

    /// <summary><c>spec</c>.</summary>
    public ResourceField Spec { get; }

    /// <summary><c>metadata.name</c>.</summary>
    public string Name { get; }

    /// <summary><c>metadata.namespace</c>; null where it is that of whoever applies it.</summary>
    public string? Namespace { get; }

    /// <summary>The cluster of the workers: records and positions are there.</summary>
    public ResourceCluster? Worker { get; }

    /// <summary>In their order.</summary>
    public IReadOnlyList<ResourceMirror> Mirrors { get; }

    /// <summary>The one resource of this kind in a file, which may have other documents.</summary>
    /// <exception cref="ConfigurationException">
    /// The file cannot be read, there is none or more than one, or it lacks what it must have.
    /// </exception>
    public static MirrorResource Load(string path)
    {
        ResourceField[] found = [.. Documents(path).Where(document => document.TextOf("kind") == Kind)];
        return found.Length == 1
            ? new MirrorResource(path, found[0])
            : throw Wrong(path, $"has {(found.Length == 0 ? "no document" : "several documents")} of 'kind: {Kind}', and one is wanted");
    }

    private static IEnumerable<ResourceField> Documents(string path)
    {
        try
        {
            using var text = new StreamReader(new MemoryStream(NamedFile.Read(option: null, path)));
            var stream = new YamlStream();
            stream.Load(text);
            var roots = stream.Documents.Select(document => document.RootNode);
            return [.. roots.Select(root => new ResourceField("", "", (int)root.Start.Line, root))];
        }
        catch (YamlException failure)
        {
            throw Wrong(path, $"is no YAML: {failure.Message}", (int)failure.Start.Line);
        }
    }

    private ResourceMirror? Mirror(ResourceField mirror, ResourceField spec)
    {
        // Before v1 a mirror names clusters of a list.
        var source = mirror["source"] is { } written ? Cluster(written) : Listed(mirror["sourceCluster"] ?? mirror, spec);
        var target = mirror["targetCluster"] is { } named ? Listed(named, spec) : Worker;
        if (target is not null && Worker is not null && target.Alias != Worker.Alias)
        {
            var why = $"is '{target.Alias}', and the workers' cluster is '{Worker.Alias}': records are written where positions are kept";
            _problems.Add(At($"{mirror.Path}.targetCluster", why, mirror.Line));
        }

        return source is null || target is null ? null : new ResourceMirror(source, target, mirror);
    }

    private ResourceCluster? Listed(ResourceField? alias, ResourceField spec)
    {
        if (alias?.Text is not { Length: > 0 } name)
        {
            var key = alias is null ? "spec.target" : $"{alias.Path}.source";
            _problems.Add(At(key, "is missing: it says which cluster", alias?.Line ?? spec.Line));
            return null;
        }

        if (spec["clusters"]?.Items.FirstOrDefault(cluster => cluster.TextOf("alias") == name) is { } found)
        {
            return Cluster(found);
        }

        _problems.Add(At(alias.Path, $"'{name}' is not the alias of one of spec.clusters", alias.Line));
        return null;
    }

    private ResourceCluster? Cluster(ResourceField cluster)
    {
        foreach (var name in (string[])["alias", "bootstrapServers"])
        {
            if (cluster.TextOf(name) is null)
            {
                _problems.Add(At($"{cluster.Path}.{name}", "is missing", cluster.Line));
            }
        }

        return cluster.TextOf("alias") is { } alias && cluster["bootstrapServers"] is not null ? new ResourceCluster(alias, cluster) : null;
    }

    private static ConfigurationException Wrong(string path, string message, int line = 0) =>
        new([new ConfigurationProblem { File = path, Line = line, Message = message }]);

    private ConfigurationProblem At(string key, string message, int line) =>
        new() { File = _path, Key = key, Message = message, Line = line };
}

/// <summary>A cluster of a resource.</summary>
/// <param name="Alias">What it is called.</param>
/// <param name="Field">All that is said of it.</param>
internal sealed record ResourceCluster(string Alias, ResourceField Field);

/// <summary>A mirror of a resource.</summary>
/// <param name="Source">Where records come from.</param>
/// <param name="Target">Where they go.</param>
/// <param name="Field">All that is said of it.</param>
internal sealed record ResourceMirror(ResourceCluster Source, ResourceCluster Target, ResourceField Field);
