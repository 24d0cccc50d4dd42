/* global SwaggerUIBundle */
const place = document.querySelector("#reference");
SwaggerUIBundle({
  domNode: place,
  url: place.dataset.url,
  deepLinking: true,
  // Else its badge would be fetched from another host.
  validatorUrl: null,
});
