namespace Heliostat.Transport.Security.Stores;

/// <summary>That files had changed, and what came of reading them again.</summary>
public sealed record StoreReload(bool Succeeded, string Message);
