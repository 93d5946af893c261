namespace Heliostat.Configuration.Transforms;

/// <summary>The part of a record that a transform is about: <c>$Key</c> or <c>$Value</c> of Connect's classes.</summary>
public enum PayloadPart
{
    /// <summary>The key.</summary>
    Key,

    /// <summary>The value.</summary>
    Value,
}
