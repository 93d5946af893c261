namespace Heliostat.Client.Admin;

/// <summary>What a principal may do to one resource, as far as its brokers tell: a bit for each of Kafka's operations (KIP-430).</summary>
/// <param name="Allowed">The operations that are allowed.</param>
/// <param name="Told">The operations that are known to be allowed or not.</param>
public readonly record struct AclRights(int Allowed, int Told)
{
    private const int Untold = int.MinValue;

    /// <summary>Brokers before 2.3 tell nothing.</summary>
    public static AclRights Unknown => default;

    /// <summary>Nothing is allowed: the resource is not even described.</summary>
    public static AclRights None => new(0, ~0);

    /// <summary>Reads a broker's answer.</summary>
    public static AclRights Of(int authorizedOperations) => authorizedOperations == Untold ? Unknown : new(authorizedOperations, ~0);

    /// <summary>Whether the operation is known to be refused.</summary>
    public bool Lack(AclOperation operation) => (Told & Bit(operation)) != 0 && (Allowed & Bit(operation)) == 0;

    /// <summary>Whether the operation is known to be allowed.</summary>
    public bool Have(AclOperation operation) => (Told & Allowed & Bit(operation)) != 0;

    /// <summary>The same rights, where one of the operations is known.</summary>
    public AclRights With(AclOperation operation, bool allowed) =>
        new(allowed ? Allowed | Bit(operation) : Allowed & ~Bit(operation), Told | Bit(operation));

    private static int Bit(AclOperation operation) => 1 << (int)operation;
}
