using System.Reflection;

namespace Coral.NodeAgent;

/// <summary>The version of this program as it was built.</summary>
internal static class AgentVersion
{
    internal static string Text { get; } = typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
