namespace Heliostat.Client.Connections;

/// <summary>What a connection is for: each purpose has its own, so that none waits behind another's bytes.</summary>
public enum ConnectionPurpose
{
    General,

    /// <summary>Long polls and data: the only purpose whose answers are rented from the data budget.</summary>
    Fetch,
    Produce,

    /// <summary>The group coordinator: joins wait long, heartbeats must not.</summary>
    Group,

    /// <summary>The transaction coordinator: a commit must not wait behind a slow call.</summary>
    Transaction,
}
