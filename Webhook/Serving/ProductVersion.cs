using System.Reflection;

namespace Coral.Webhook.Serving;

/// <summary>The version that was built, as <c>--version</c> prints it.</summary>
internal static class ProductVersion
{
    internal static string Text { get; } = typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
