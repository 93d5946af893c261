namespace Heliostat.Client.Authentication.Scram;

/// <summary>The two hashes that Kafka has SCRAM with.</summary>
public enum ScramHash
{
    Sha256,
    Sha512,
}
