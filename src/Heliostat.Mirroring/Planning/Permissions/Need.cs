using Heliostat.Configuration.Patterns;

namespace Heliostat.Mirroring.Planning.Permissions;

/// <summary>Rights that a client of a flow needs on one resource.</summary>
/// <param name="Role">The client.</param>
/// <param name="Type">What kind of resource.</param>
/// <param name="Pattern">Its name, or what names begin with.</param>
/// <param name="Operations">What is done with it.</param>
/// <param name="For">What for, for a person.</param>
internal sealed record Need(NeedRole Role, ResourceType Type, NamePattern Pattern, IReadOnlyList<AclOperation> Operations, string For)
{
    /// <summary>The cluster's only name.</summary>
    public const string Cluster = "kafka-cluster";

    /// <summary>A name that nobody has: what may be done to it may be done to all.</summary>
    private const string Anybody = "heliostat-anybody";

    /// <summary>What is asked when there is nothing yet that the pattern is about.</summary>
    public string Sample => Pattern.Name.Length > 0 ? Pattern.Name : Anybody;
}
