using System.Globalization;
using System.Text.Json.Nodes;

namespace Coral.Testing.Kit;

/// <summary>
/// A CronJob that runs once and soon: daily, a minute ago, with a last run an hour ago, so that the controller makes up for the one that it missed. One of each minute would be waited for, and would run again
/// while a test looks.
/// </summary>
public static class DueOnce
{
    /// <summary>Its <c>spec</c>.</summary>
    /// <param name="job">The <c>spec</c> of its jobs.</param>
    public static JsonObject Spec(JsonObject job)
    {
        var due = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        return new()
        {
            ["schedule"] = string.Create(CultureInfo.InvariantCulture, $"{due.Minute} {due.Hour} * * *"),
            ["timeZone"] = "Etc/UTC",
            ["concurrencyPolicy"] = "Forbid",
            ["jobTemplate"] = new JsonObject { ["spec"] = job },
        };
    }

    /// <summary>What makes it due, as a merge patch of <c>status</c>.</summary>
    public static JsonObject Status() =>
        new() { ["status"] = new JsonObject { ["lastScheduleTime"] = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) } };
}
