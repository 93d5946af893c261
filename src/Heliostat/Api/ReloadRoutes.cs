using Heliostat.Configuration;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>The file of a running mirror is read again, as at SIGHUP.</summary>
internal static class ReloadRoutes
{
    /// <param name="reload">Reads it again, or only says what would come of it; null where there is no file of flows.</param>
    /// <param name="desk">Where it is told who asked.</param>
    public static IEnumerable<Route> All(Func<bool, CancellationToken, Task<ReloadDocument>>? reload, Desk desk)
    {
        yield return new Route(
            "POST", "/api/v1/reload", Role.Admin,
            "Reads the file again, as SIGHUP does: only flows that are different begin anew. A file that cannot work changes nothing.",
            async call =>
            {
                var wish = await Wishes.OfAsync(call);
                if (reload is null)
                {
                    throw new Refusal(StatusCodes.Status404NotFound, "this mirror runs no file that could be read again");
                }

                if (!wish.DryRun)
                {
                    desk.Tell("reload", "the file", wish.Reason, call.Caller);
                }

                await call.JsonAsync(await DoneAsync(reload, wish.DryRun, call.Gone), ApiJson.Plain.ReloadDocument);
            })
        {
            Gives = ApiJson.Default.ReloadDocument,
            Body = [.. Wishes.Body.Take(1)],
            Query = Wishes.Query,
        };
    }

    private static async Task<ReloadDocument> DoneAsync(
        Func<bool, CancellationToken, Task<ReloadDocument>> reload, bool dryRun, CancellationToken ct)
    {
        try
        {
            return await reload(dryRun, ct);
        }
        catch (ConfigurationException failure)
        {
            var problems = string.Join("; ", failure.Problems);
            throw new Refusal(StatusCodes.Status400BadRequest, $"the file cannot work, and nothing was changed: {problems}");
        }
    }
}
