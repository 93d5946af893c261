namespace Heliostat.Configuration.Transforms;

/// <summary>What a class of the user's is.</summary>
public enum JavaClassKind
{
    /// <summary><c>org.apache.kafka.connect.transforms.Transformation</c>.</summary>
    Transform,

    /// <summary><c>org.apache.kafka.connect.transforms.predicates.Predicate</c>.</summary>
    Predicate,

    /// <summary><c>kafka.tools.MirrorMaker.MirrorMakerMessageHandler</c> of MirrorMaker 1.</summary>
    Handler,
}
