using System.Security.Cryptography;

namespace Heliostat.Broker.Authentication;

/// <summary>A SCRAM mechanism with Kafka's number (<c>ScramMechanism</c>) and hash.</summary>
internal sealed record ScramMechanism(sbyte Number, HashAlgorithmName Hash)
{
    /// <summary>Kafka's least for both hashes.</summary>
    public const int FewestIterations = 4096;

    /// <summary>Kafka's most for both hashes.</summary>
    public const int MostIterations = 16384;

    public static readonly ScramMechanism Sha256 = new(1, HashAlgorithmName.SHA256);
    public static readonly ScramMechanism Sha512 = new(2, HashAlgorithmName.SHA512);

    /// <summary>Null for a number that is none.</summary>
    public static ScramMechanism? Of(sbyte number) => number == Sha256.Number ? Sha256 : number == Sha512.Number ? Sha512 : null;
}
