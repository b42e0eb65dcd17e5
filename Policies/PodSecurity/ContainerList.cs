using System.Buffers;
using System.Runtime.CompilerServices;

namespace Coral.Policies.PodSecurity;

/// <summary>The containers of a pod on the caller's stack, or in a rented array where they are many: an evaluation of an allowed pod allocates nothing.</summary>
internal ref struct ContainerList(Span<ContainerFacts> onStack)
{
    private Span<ContainerFacts> items = onStack;
    private ContainerFacts[]? rented;
    private int count;

    public readonly ReadOnlySpan<ContainerFacts> Items => items[..count];

    public void Read(in PodView pod)
    {
        foreach (var entry in pod.Containers)
        {
            if (count == items.Length) Grow();
            items[count++] = new ContainerFacts(entry);
        }
    }

    public readonly void Dispose()
    {
        // The facts refer to the request's document, which must not be kept alive by the pool.
        if (rented is not null) ArrayPool<ContainerFacts>.Shared.Return(rented, clearArray: true);
    }

    private void Grow()
    {
        var larger = ArrayPool<ContainerFacts>.Shared.Rent(items.Length * 4);
        items.CopyTo(larger);
        Dispose();
        items = rented = larger;
    }

    /// <summary>Few pods have more containers than this.</summary>
    [InlineArray(6)]
    public struct Buffer
    {
        private ContainerFacts first;
    }
}
