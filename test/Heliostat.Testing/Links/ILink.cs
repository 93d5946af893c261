namespace Heliostat.Testing.Links;

/// <summary>A port on loopback that leads to another one. A broker behind it has to advertise it.</summary>
public interface ILink
{
    /// <summary>Where to connect to.</summary>
    int Port { get; }

    /// <summary>The port on loopback at the other end.</summary>
    void LeadTo(int port);
}
