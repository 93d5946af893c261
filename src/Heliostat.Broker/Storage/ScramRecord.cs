namespace Heliostat.Broker.Storage;

/// <summary>What SCRAM logins of a user are checked with: the password is not in it, and cannot be found from it but by guessing.</summary>
internal sealed record ScramRecord(string User, sbyte Mechanism, int Iterations, byte[] Salt, byte[] StoredKey,
    byte[] ServerKey) : StateRecord
{
    internal override string Key => KeyOf(User, Mechanism);

    public static string KeyOf(string user, sbyte mechanism) => $"scram {mechanism} {user}";
}
