namespace Heliostat.Api;

/// <summary>Another API that is served beside ours.</summary>
internal interface IGuest
{
    IEnumerable<Route> All();

    /// <summary>Its answer on <c>/</c>.</summary>
    Task FrontAsync(Call call);
}
