namespace Heliostat.Configuration.Transforms;

/// <summary>What <c>Cast</c> makes of a value: the types of Connect's schemas that it casts to, in JSON.</summary>
public enum CastType
{
    /// <summary>A whole number of 8 bits; of larger numbers the lowest bits stay.</summary>
    Int8,

    /// <summary>A whole number of 16 bits; of larger numbers the lowest bits stay.</summary>
    Int16,

    /// <summary>A whole number of 32 bits; of larger whole numbers the lowest bits stay.</summary>
    Int32,

    /// <summary>A whole number of 64 bits.</summary>
    Int64,

    /// <summary>A number of single precision, written as Java does.</summary>
    Float32,

    /// <summary>A number of double precision, written as Java does.</summary>
    Float64,

    /// <summary>Whether a number is not 0, or a text is <c>true</c>.</summary>
    Boolean,

    /// <summary>A text.</summary>
    String,
}
