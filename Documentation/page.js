// Runs before docc's renderer. See pages.py.
var baseUrl = new URL(document.currentScript.dataset.root, location.href).pathname;

(function () {
  const isFile = location.protocol === "file:";
  const pagePath = location.pathname.slice(baseUrl.length).replace(/\/?(index\.html)?$/, "");

  if (!isFile) {
    // The renderer knows pages by their folders.
    if (location.pathname.endsWith("/index.html")) {
      history.replaceState(null, "", baseUrl + pagePath + "/" + location.search + location.hash);
    }
    return;
  }

  // What a link to a folder means: the page in it.
  function file(link) {
    const url = new URL(link, location.href);
    const isPage = url.protocol === "file:" && !/\.[a-z]+$/.test(url.pathname);
    if (isPage) url.pathname = url.pathname.replace(/\/?$/, "/index.html");
    return url.href;
  }

  history.pushState = (state, title, link) => location.assign(file(link));
  history.replaceState = (state, title, link) => {
    const next = file(link);
    if (next.split("#")[0] !== location.href.split("#")[0]) location.replace(next);
  };
  for (const kind of ["mousedown", "click", "auxclick"]) {
    addEventListener(kind, (event) => {
      const link = event.target.closest("a[href]");
      if (!link) return;
      link.href = file(link.href);
      // The browser follows it, not the renderer's router.
      if (kind === "click") event.stopImmediatePropagation();
    }, true);
  }

  const script = (source) => new Promise((resolve, reject) => {
    const element = document.createElement("script");
    Object.assign(element, { src: source, onload: resolve, onerror: reject });
    document.head.append(element);
  });
  const missing = () => new Response("", { status: 404 });

  window.fetch = async (link) => {
    const path = new URL(link, location.href).pathname.slice(baseUrl.length);
    if (path === "index/index.json") {
      await script(baseUrl + "index/index.js");
      return new Response(JSON.stringify(navigatorIndex));
    }
    const shown = path.replace(/\/?(index\.html)?\.json$/, "");
    if (shown === "data/" + pagePath) return new Response(document.getElementById("page").textContent);
    return missing();
  };
})();
